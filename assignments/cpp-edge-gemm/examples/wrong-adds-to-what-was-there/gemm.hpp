#pragma once

// Never sets C to zero before it adds to it.
inline void gemm(const float* a, const float* b, float* c, int n, int k, int m) {
  for (int i = 0; i < n; ++i) {
    for (int p = 0; p < k; ++p) {
      for (int j = 0; j < m; ++j) c[i * m + j] += a[i * k + p] * b[p * m + j];
    }
  }
}
