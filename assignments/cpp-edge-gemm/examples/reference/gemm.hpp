#pragma once

#include <algorithm>

// C = A * B, all row by row: A has n rows of k numbers, B k rows of m, C n rows of m.
//
// i, p, j: the innermost loop walks along a row of B and a row of C, so that each line of the cache is used whole.
inline void gemm(const float* a, const float* b, float* c, int n, int k, int m) {
  std::fill(c, c + static_cast<long>(n) * m, 0.0F);
  for (int i = 0; i < n; ++i) {
    float* row = c + static_cast<long>(i) * m;
    for (int p = 0; p < k; ++p) {
      const float factor = a[static_cast<long>(i) * k + p];
      const float* other = b + static_cast<long>(p) * m;
      for (int j = 0; j < m; ++j) row[j] += factor * other[j];
    }
  }
}
