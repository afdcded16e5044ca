package io.weathervane.flags;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;

/**
 * Every flag as stored, held and effective, for people to look at.
 *
 * @param degraded whether the database cannot be read at present; {@code degradedBecause} says why
 */
public record FlagsView(
        List<Flag> flags,
        long epoch,
        KillSwitchStatus killSwitch,
        boolean failSafe,
        boolean degraded,
        Optional<String> degradedBecause) {
    public FlagsView {
        flags = List.copyOf(flags);
    }

    /** @param today by which a flag is past its expiry or not */
    static FlagsView of(LiveFlagsSnapshot snapshot, LocalDate today) {
        FlagReconciler reconciler = snapshot.reconciler();
        Optional<LiveFlagsSnapshot.Unreadable> unreadable = Optional.ofNullable(snapshot.unreadable());
        return new FlagsView(
                reconciler.catalog().all().stream()
                        .map(definition -> flag(definition, snapshot, today))
                        .toList(),
                snapshot.snapshot().epoch(),
                snapshot.killSwitch(),
                snapshot.failSafe(),
                unreadable.isPresent(),
                unreadable.map(lost -> "the database cannot be read since " + lost.since() + ": " + lost.why()));
    }

    static Flag flag(FlagDefinition definition, LiveFlagsSnapshot snapshot, LocalDate today) {
        FlagTablesSnapshot stored = snapshot.reconciler().stored();
        String key = definition.key();
        return new Flag(
                definition,
                Optional.ofNullable(stored.rows().get(key)).map(StoredFlagValue::shown),
                snapshot.snapshot().value(key),
                Optional.ofNullable(stored.held().get(key)),
                definition.lifecycle().isExpired(today));
    }

    /**
     * Whether a reader sees the same in both. Not by {@code equals}: what a record has is put together at its first use,
     * which takes 10 ms just after a start.
     */
    boolean looksLike(FlagsView other) {
        return shown().equals(other.shown());
    }

    private List<Object> shown() {
        return List.of(
                epoch,
                failSafe,
                degraded,
                degradedBecause,
                killSwitch.engaged(),
                killSwitch.since(),
                killSwitch.by(),
                killSwitch.reason(),
                killSwitch.durable(),
                killSwitch.notDurableBecause(),
                flags.stream().map(Flag::shown).toList());
    }

    public Optional<Flag> find(String key) {
        return flags.stream()
                .filter(flag -> flag.definition().key().equals(key))
                .findFirst();
    }

    /**
     * One flag.
     *
     * @param stored the row in {@code settings}, as last read
     * @param held what a reset of the kill switch restores
     * @param stale whether it is past its expiry
     */
    public record Flag(
            FlagDefinition definition,
            Optional<String> stored,
            String effective,
            Optional<String> held,
            boolean stale) {
        private List<Object> shown() {
            return List.of(definition.key(), stored, effective, held);
        }
    }
}
