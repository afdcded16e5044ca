#!/usr/bin/env bash
# ends [ENDS [SEED]]: ends servers in so many ways (all 72): stdin, signals, both in a row; looks for processes that are left
set -euo pipefail
. scripts/lib/jdk.sh

ends=${1:-72}
seed=${2:-20261129}
JAVA_HOME=$(find_java_home javac)
export JAVA_HOME
maven=$(find_maven)
scripts/weathervane --version >/dev/null # the jar that is ended
"$maven" -B -q test-compile failsafe:integration-test failsafe:verify -Dspotless.check.skip=true \
  -Dit.test=ServerEndIT -Dweathervane.ends="$ends" -Dweathervane.seed="$seed"
echo "soak ends: nothing was left by $ends ends (seed $seed)"
