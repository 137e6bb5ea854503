#pragma once

// C = A * B, all row by row: A has n rows of k numbers, B k rows of m, C n rows of m.
inline void gemm(const float* a, const float* b, float* c, int n, int k, int m) {
  // Yours.
  (void)a, (void)b, (void)c, (void)n, (void)k, (void)m;
}
