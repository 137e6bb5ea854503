#pragma once

inline void gemm(const float* a, const float* b, float* c, int n, int k, int m) {
  for (int j = 0; j < m; ++j) {
    for (int i = 0; i < n; ++i) {
      float sum = 0;
      for (int p = 0; p < k; ++p) sum += a[i * k + p] * b[p * m + j];
      c[i * m + j] = sum;
    }
  }
}
