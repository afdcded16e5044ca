#!/usr/bin/env bash
# crash [KILLS [SEED]]: kills a busy server so often (50), and looks each time that nothing it acknowledged is lost
set -euo pipefail
. scripts/lib/jdk.sh

kills=${1:-50}
seed=${2:-20261123}
JAVA_HOME=$(find_java_home javac)
export JAVA_HOME
maven=$(find_maven)
scripts/weathervane --version >/dev/null # the jar that is killed
"$maven" -B -q test-compile failsafe:integration-test failsafe:verify -Dspotless.check.skip=true \
  -Dtest.excludedTags= -Dit.test=ServerCrashIT -Dweathervane.kills="$kills" -Dweathervane.seed="$seed"
echo "soak crash: nothing was lost by $kills kills (seed $seed)"
