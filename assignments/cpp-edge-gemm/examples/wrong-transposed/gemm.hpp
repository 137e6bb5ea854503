#pragma once

// B is read on its side: its row is taken to be as long as A's.
inline void gemm(const float* a, const float* b, float* c, int n, int k, int m) {
  for (int i = 0; i < n; ++i) {
    for (int j = 0; j < m; ++j) {
      float sum = 0;
      for (int p = 0; p < k; ++p) sum += a[i * k + p] * b[j * k + p];
      c[i * m + j] = sum;
    }
  }
}
