package io.weathervane.block;

import io.weathervane.audit.Actor;
import io.weathervane.flags.KillSwitchStatus;
import io.weathervane.flags.LiveFlags;
import java.time.Clock;
import java.util.Optional;

/**
 * The block that the kill switch is, while it is engaged and the configuration wants it ({@code killSwitch.blocks}).
 *
 * @param blocks what is blocked then
 */
record KillSwitchBlockSource(KillSwitchBlocks blocks, LiveFlags flags, Clock clock) {
    /** Whether there is never one, whatever the kill switch says. */
    boolean isNone() {
        return blocks == KillSwitchBlocks.NONE;
    }

    /** The block of the moment: one volatile read while the kill switch is off. */
    Optional<CallBlock> current() {
        return isNone() || !flags.snapshot().killSwitchEngaged()
                ? Optional.empty()
                : blocks.scope().map(this::block);
    }

    private CallBlock block(BlockScope scope) {
        KillSwitchStatus status = flags.killSwitch();
        String why = "the kill switch is engaged"
                + status.reason().map(reason -> ": " + reason).orElse("");
        return new CallBlock(
                scope,
                why,
                status.by().orElse(Actor.SYSTEM.name()),
                status.since().orElseGet(clock::instant),
                /* byKillSwitch= */ true);
    }
}
