# Compiles src/bench, all of it, which the normal build leaves out. Sourced by the benchmarks' scripts at the root of the
# checkout, with JAVA_HOME set and scripts/lib/jdk.sh sourced. CI runs one of them, so that a change that breaks another
# one's code does not go unseen.

# Leaves target/bench-classes, beside the product as its launcher builds it, and JMH in target/bench-lib.
compile_benchmarks() {
  scripts/weathervane --version >/dev/null
  if [ ! -d target/bench-lib ] || [ pom.xml -nt target/bench-lib ]; then
    "$(find_maven)" -q -B -Pbench dependency:copy-dependencies@benchmark-libraries >/dev/null
    touch target/bench-lib
  fi
  rm -rf target/bench-classes
  mkdir -p target/bench-classes
  "$JAVA_HOME/bin/javac" --release 17 -encoding UTF-8 -Xlint:all,-processing,-serial,-try,-rawtypes \
    -cp "target/classes:target/lib/*:target/bench-lib/*" \
    -processorpath "$(printf '%s:' target/bench-lib/*.jar)" \
    -d target/bench-classes $(find src/bench/java -name '*.java')
}
