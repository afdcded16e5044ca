/**
 * Canary upgrades: {@link io.weathervane.upgrade.UpgradeStateMachine} decides which step comes next, each step is a small
 * class, {@link io.weathervane.upgrade.UpgradeManager} runs them one after the other on a thread of its own. Imports core,
 * worker, shadow, rollback, probe, policy, monitor, flags, audit, store, event, jsonrpc.
 */
@NullMarked
package io.weathervane.upgrade;

import org.jspecify.annotations.NullMarked;
