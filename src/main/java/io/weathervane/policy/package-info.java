/**
 * Policy of the monitor: its settings, the runbook's variables, and the thresholds that hold now with where each is
 * from.
 */
@NullMarked
package io.weathervane.policy;

import org.jspecify.annotations.NullMarked;
