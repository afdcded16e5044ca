package io.weathervane.flags;

import io.weathervane.audit.Actor;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything the server knows about the flags at one moment; replaced as a whole.
 *
 * @param reconciler what the database said when it was last read
 * @param memoryOnly an engagement that the database does not have yet
 * @param memoryOnlyBecause why it does not have it yet
 * @param unreadable since when and why the database cannot be read
 */
record LiveFlagsSnapshot(
        FlagSnapshot snapshot,
        FlagReconciler reconciler,
        @Nullable EngagementRecord memoryOnly,
        String memoryOnlyBecause,
        @Nullable Unreadable unreadable) {
    /**
     * The database cannot be read.
     *
     * @param failSafe whether it has been so for longer than the limit
     */
    record Unreadable(Instant since, String why, boolean failSafe) {}

    /** The first state, as read at the start. */
    static LiveFlagsSnapshot first(FlagReconciler reconciler) {
        LiveFlagsSnapshot empty = new LiveFlagsSnapshot(
                new FlagSnapshot(
                        0,
                        reconciler.catalog(),
                        reconciler.effective(),
                        reconciler.engaged(),
                        false,
                        reconciler.stored().settings()),
                reconciler,
                null,
                "",
                null);
        return empty.withEpochAfter(0);
    }

    LiveFlagsSnapshot with(
            FlagReconciler known, @Nullable EngagementRecord kept, String keptBecause, @Nullable Unreadable lost) {
        return new LiveFlagsSnapshot(snapshot, known, kept, keptBecause, lost);
    }

    LiveFlagsSnapshot withMemoryOnly(EngagementRecord engagement, String because) {
        return with(reconciler, engagement, because, unreadable);
    }

    LiveFlagsSnapshot withUnreadable(Unreadable lost) {
        return with(reconciler, memoryOnly, memoryOnlyBecause, lost);
    }

    /** This state with the snapshot that follows from it, under a higher epoch when the snapshot has changed. */
    LiveFlagsSnapshot refreshed() {
        boolean engaged = engagement() != null || failSafe();
        FlagSnapshot next = new FlagSnapshot(
                snapshot.epoch(),
                reconciler.catalog(),
                engaged ? FlagReconciler.safeDefaults(reconciler.catalog()) : reconciler.effective(),
                engaged,
                failSafe(),
                reconciler.stored().settings());
        return next.sameContent(snapshot) ? this : replaceSnapshot(next).withEpochAfter(snapshot.epoch());
    }

    private LiveFlagsSnapshot withEpochAfter(long previous) {
        long epoch = Math.max(previous + 1, reconciler.stored().epoch());
        return replaceSnapshot(new FlagSnapshot(
                epoch,
                snapshot.catalog(),
                snapshot.effective(),
                snapshot.killSwitchEngaged(),
                snapshot.failSafe(),
                snapshot.settings()));
    }

    private LiveFlagsSnapshot replaceSnapshot(FlagSnapshot next) {
        return new LiveFlagsSnapshot(next, reconciler, memoryOnly, memoryOnlyBecause, unreadable);
    }

    /** Who engaged the kill switch; null when no actor did, also when it is on only because the database is lost. */
    @Nullable
    EngagementRecord engagement() {
        return memoryOnly != null ? memoryOnly : reconciler.engagement();
    }

    boolean failSafe() {
        return unreadable != null && unreadable.failSafe();
    }

    KillSwitchStatus killSwitch() {
        EngagementRecord engagement = engagement();
        if (engagement == null) {
            return failSafe() ? lost(Objects.requireNonNull(unreadable)) : off();
        }
        return new KillSwitchStatus(
                true,
                Optional.of(engagement.since()),
                Optional.of(engagement.actor().name()),
                Optional.of(engagement.reason()),
                memoryOnly == null,
                memoryOnly == null ? Optional.empty() : Optional.of(memoryOnlyBecause));
    }

    private KillSwitchStatus off() {
        return new KillSwitchStatus(
                false, Optional.empty(), Optional.empty(), Optional.empty(), true, Optional.empty());
    }

    private static KillSwitchStatus lost(Unreadable unreadable) {
        return new KillSwitchStatus(
                true,
                Optional.of(unreadable.since()),
                Optional.of(Actor.SYSTEM.name()),
                Optional.of("fail safe: the database cannot be read"),
                false,
                Optional.of(unreadable.why()));
    }
}
