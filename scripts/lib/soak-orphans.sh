#!/usr/bin/env bash
# orphans [KILLS [SEED]]: kills a server so often (120) while it starts its worker; looks that the next start ends what is left
set -euo pipefail
. scripts/lib/jdk.sh

kills=${1:-120}
seed=${2:-20261129}
JAVA_HOME=$(find_java_home javac)
export JAVA_HOME
maven=$(find_maven)
scripts/weathervane --version >/dev/null # the jar that is killed
"$maven" -B -q test-compile failsafe:integration-test failsafe:verify -Dspotless.check.skip=true \
  -Dtest.excludedTags= -Dit.test=CrashDuringWorkerStartIT -Dweathervane.kills="$kills" -Dweathervane.seed="$seed"
echo "soak orphans: the next start ended all that $kills kills left (seed $seed)"
