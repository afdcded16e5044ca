#!/usr/bin/env bash
# switches [--quick]: calls on stdio while workers are promoted and rolled back: a minute and 100 switches, or 8 s and 6.
# Afterwards every call is accounted for: answered once, done once, by no worker that had been told to go.
set -euo pipefail
. scripts/lib/jdk.sh

JAVA_HOME=$(find_java_home javac)
export JAVA_HOME
maven=$(find_maven)
mkdir -p target/soak
if [ ! -e target/weathervane.jar ] || [ ! -d target/test-classes ] ||
  [ -n "$(find src pom.xml -newer target/weathervane.jar -print -quit)" ]; then
  "$maven" -B -q package -DskipTests -Dspotless.check.skip=true
fi
"$maven" -B -q dependency:build-classpath -Dmdep.outputFile=target/soak/classpath
exec "$JAVA_HOME/bin/java" -Dweathervane.jar="$PWD/target/weathervane.jar" -cp "target/test-classes:target/classes:$(cat target/soak/classpath)" \
  io.weathervane.soak.SwitchSoak switches "$@"
