"""Compiles and runs, in a box: a plain program, and JUnit tests through its console."""

import os
import subprocess
from pathlib import Path

OPTIONS = "-Xmx256m -XX:+UseSerialGC -XX:-UsePerfData".split()
PLAIN = """
import java.util.Scanner;
class Plain {
    record Twice(int of) { int value() { return of * 2; } }
    public static void main(String[] a) { System.out.print(new Twice(new Scanner(System.in).nextInt()).value()); }
}
"""
TEST = """
import static org.junit.jupiter.api.Assertions.assertEquals;
import org.junit.jupiter.api.Test;
class SumTest { @Test void isRight() { assertEquals(4, 2 + 2); } }
"""
JARS = ":".join(
    f"/usr/share/java/{name}.jar"
    for name in (
        "junit-jupiter-api junit-jupiter-engine junit-jupiter-params junit-platform-commons junit-platform-engine "
        "junit-platform-launcher junit-platform-console junit-platform-reporting opentest4j "
        "open-test-reporting-events open-test-reporting-schema apiguardian-api picocli univocity-parsers"
    ).split()
)

os.chdir("/work")
for name, source in (("Plain", PLAIN), ("SumTest", TEST)):
    Path(f"{name}.java").write_text(source, encoding="ascii")
javac = ["javac", *(f"-J{option}" for option in OPTIONS), "-cp", JARS, "-d", "classes", "Plain.java", "SumTest.java"]
subprocess.run(javac, check=True)
java = ["java", *OPTIONS, "-cp", f"classes:{JARS}"]
plain = subprocess.run([*java, "Plain"], input="21", text=True, capture_output=True, check=True)
assert plain.stdout == "42", plain
console = [*java, "org.junit.platform.console.ConsoleLauncher", "--scan-classpath", "classes", "--disable-banner"]
tests = subprocess.run(console, text=True, capture_output=True, check=True)
assert "1 tests successful" in tests.stdout, tests.stdout
