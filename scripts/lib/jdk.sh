# Finding the tools. Sourced by the scripts beside it; says things on stderr only.

readonly JAVA_VERSION_LEAST=17
readonly EXIT_CANNOT_START=4

fail() {
  printf '%s: %s\n' "${0##*/}" "${*//[[:cntrl:]]/?}" >&2
  exit "$EXIT_CANNOT_START"
}

# Sets java_version to the feature version (17, 25 ...) of the Java in a folder; to nothing when there is none.
# The `release` file is in every JDK and JRE, and reading it is quicker than starting Java.
read_java_version() {
  local line
  java_version=
  [ -x "$1/bin/java" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS= read -r line; do
      case $line in JAVA_VERSION=*) java_version=${line#*\"} && break ;; esac
    done <"$1/release"
  fi
  [ -n "$java_version" ] ||
    java_version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p' | head -n 1)
  java_version=${java_version#1.}
  java_version=${java_version%%[!0-9]*}
}

# Prints what read_java_version sets.
java_version_of() {
  local java_version
  read_java_version "$1"
  printf '%s' "$java_version"
}

# Whether the folder has what is needed: java new enough and, when the second argument is "javac", a compiler.
java_suits() {
  local java_version
  read_java_version "$1"
  [ "${java_version:-0}" -ge "$JAVA_VERSION_LEAST" ] || return 1
  [ "$2" != javac ] || [ -x "$1/bin/javac" ]
}

# The homes to look at when neither JAVA_HOME nor the PATH has one that suits: the newest that is installed first.
other_java_homes() {
  [ ! -x /usr/libexec/java_home ] || /usr/libexec/java_home -v "$JAVA_VERSION_LEAST+" 2>/dev/null
  installed_java_homes | sed 's/^[0-9]* //'
}

java_in_path() {
  local java
  if java=$(command -v java); then
    [ ! -L "$java" ] || java=$(readlink -f "$java" 2>/dev/null || printf '%s' "$java")
    java=${java%/*}
    printf '%s\n' "${java%/*}"
  fi
}

# "version home" of each Java under /usr/lib/jvm, newest first.
installed_java_homes() {
  local home
  for home in /usr/lib/jvm/*/; do
    printf '%s %s\n' "$(java_version_of "${home%/}")" "${home%/}"
  done | grep '^[0-9]' | sort -k1,1nr
}

# Prints the home of the newest JDK under /usr/lib/jvm, or of the one of a given version; nothing when there is none.
installed_jdk() {
  local version home
  while read -r version home; do
    if [ "${1:-$version}" = "$version" ] && java_suits "$home" javac; then
      printf '%s' "$home"
      return 0
    fi
  done < <(installed_java_homes)
}

# Prints the home of a Java that suits ("java" or "javac"), or ends the script with what to install. The first two places
# to look in are the usual ones, and a start waits for this.
find_java_home() {
  local home
  for home in "${JAVA_HOME:-}" "$(java_in_path)"; do
    if [ -n "$home" ] && java_suits "$home" "$1"; then
      printf '%s' "$home"
      return 0
    fi
  done
  while IFS= read -r home; do
    if java_suits "$home" "$1"; then
      printf '%s' "$home"
      return 0
    fi
  done < <(other_java_homes)
  fail "needs a JDK $JAVA_VERSION_LEAST or newer (with javac), and found none in JAVA_HOME, PATH or /usr/lib/jvm." \
    "Install one, for example: apt-get install openjdk-17-jdk-headless, or https://adoptium.net, or set JAVA_HOME."
}

# Prints the Maven to build with, or ends the script with what to install.
find_maven() {
  command -v mvn || fail "needs Maven 3.8 or newer to build, and 'mvn' is not in the PATH." \
    "Install it, for example: apt-get install maven, or https://maven.apache.org/download.cgi"
}
