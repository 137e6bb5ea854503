#pragma once

#include <vector>

inline void gemm(const float* a, const float* b, float* c, int n, int k, int m) {
  std::vector<float> row(m)
  for (int i = 0; i < n; ++i) row[i] = total;
}
