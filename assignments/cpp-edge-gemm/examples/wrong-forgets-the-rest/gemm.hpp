#pragma once

#include <algorithm>

// Works in blocks of four columns, and leaves out those that make no whole block.
inline void gemm(const float* a, const float* b, float* c, int n, int k, int m) {
  std::fill(c, c + static_cast<long>(n) * m, 0.0F);
  for (int i = 0; i < n; ++i) {
    for (int p = 0; p < k; ++p) {
      for (int j = 0; j + 4 <= m; j += 4) {
        for (int step = 0; step < 4; ++step) c[i * m + j + step] += a[i * k + p] * b[p * m + j + step];
      }
    }
  }
}
