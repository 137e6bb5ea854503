"""Compiles and runs, in a box: a plain program, a GoogleTest, and one that the sanitizers have to stop."""

import os
import subprocess
from pathlib import Path

PLAIN = "#include <iostream>\nint main() { int n; std::cin >> n; std::cout << n * 2; }\n"
TEST = "#include <gtest/gtest.h>\nTEST(Sum, IsRight) { EXPECT_EQ(2 + 2, 4); }\n"
OUTSIDE = "#include <cstdlib>\nint main(int n, char**) { int* a = new int[2]; return a[n + 1]; }\n"
# the leak checker traces its own process, which no box may
SANITIZED = os.environ | {"ASAN_OPTIONS": "detect_leaks=0"}


def built(name: str, source: str, *options: str) -> str:
    """Compile one source in /work, and return the program."""
    Path(f"{name}.cpp").write_text(source, encoding="ascii")
    subprocess.run(["g++", "-std=c++17", "-O1", f"{name}.cpp", "-o", name, *options], check=True)
    return f"./{name}"


os.chdir("/work")
plain = subprocess.run([built("plain", PLAIN)], input="21", text=True, capture_output=True, check=True)
assert plain.stdout == "42", plain
subprocess.run([built("sum", TEST, "-lgtest_main", "-lgtest")], check=True, stdout=subprocess.DEVNULL)
outside = built("outside", OUTSIDE, "-fsanitize=address,undefined", "-fno-omit-frame-pointer")
stopped = subprocess.run([outside], capture_output=True, text=True, check=False, env=SANITIZED)
assert stopped.returncode != 0, "a sanitizer let a program read outside its array"
assert "heap-buffer-overflow" in stopped.stderr, stopped.stderr
