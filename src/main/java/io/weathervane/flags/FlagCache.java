package io.weathervane.flags;

import static io.weathervane.flags.FlagCatalog.KILL_SWITCH;

import io.weathervane.event.Event;
import io.weathervane.event.EventBus;
import io.weathervane.event.EventType;
import io.weathervane.util.SafeText;
import java.time.Clock;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The flags in memory. Readers take the current state by one volatile read; it is replaced under a lock that is
 * never held while anything waits for a disk, so an engagement takes effect whatever the database is doing. Logs
 * and events follow after the lock is released.
 */
final class FlagCache {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFlags.class);

    private static final String OLDER_DATABASE = "the database was put back to an older state";

    private final EventBus events;
    private final Clock clock;
    private final ReentrantLock replacing = new ReentrantLock();

    /** Invalid rows that were warned of, so that each is warned of once. */
    private final AtomicReference<Map<String, StoredFlagValue>> warned = new AtomicReference<>(Map.of());

    private volatile LiveFlagsSnapshot state;

    /** That of {@link #state}, in a field of its own: a flag read is one volatile read away. */
    private volatile FlagSnapshot snapshot;

    FlagCache(FlagReconciler first, EventBus events, Clock clock) {
        this.events = events;
        this.clock = clock;
        this.state = LiveFlagsSnapshot.first(first);
        this.snapshot = state.snapshot();
        if (snapshot.killSwitchEngaged()) {
            LOG.warn("Flag {}=1, reverting to safe defaults", KILL_SWITCH);
        }
        warnOfInvalid(first);
    }

    LiveFlagsSnapshot state() {
        return state;
    }

    FlagSnapshot snapshot() {
        return snapshot;
    }

    /** Takes in what a read found. */
    void read(FlagReconciler reconciler) {
        replace(before -> taken(before, reconciler, null), reconciler.lastReset());
        warnOfInvalid(reconciler);
    }

    /** Takes in what a commit left behind; {@code madeDurable} is the engagement that it carried to the database. */
    void committed(
            FlagReconciler reconciler, @Nullable EngagementRecord madeDurable, @Nullable KillSwitchResetRecord reset) {
        replace(before -> taken(before, reconciler, madeDurable), reset);
        warnOfInvalid(reconciler);
    }

    private static LiveFlagsSnapshot taken(
            LiveFlagsSnapshot before, FlagReconciler reconciler, @Nullable EngagementRecord madeDurable) {
        EngagementRecord kept = before.memoryOnly();
        if (kept != null && kept.equals(madeDurable)) {
            kept = null;
        }
        if (kept == null
                && madeDurable == null
                && isOlder(before, reconciler.stored().revision())) {
            kept = reconciler.engaged() ? null : before.reconciler().engagement();
            return before.with(reconciler, kept, OLDER_DATABASE, null);
        }
        return before.with(reconciler, kept, before.memoryOnlyBecause(), null);
    }

    private static boolean isOlder(LiveFlagsSnapshot before, long revision) {
        return revision < before.reconciler().stored().revision();
    }

    /** The engagement that a database at this revision has to be told of: never undone by an old row. */
    @Nullable
    EngagementRecord engagementToKeep(long revision) {
        LiveFlagsSnapshot now = state;
        if (now.memoryOnly() != null) {
            return now.memoryOnly();
        }
        return isOlder(now, revision) ? now.reconciler().engagement() : null;
    }

    /** Engages the kill switch at once, in memory; an engagement that is still to be written stays as it is. */
    void engage(EngagementRecord engagement, String because) {
        replace(before -> before.memoryOnly() != null ? before : before.withMemoryOnly(engagement, because), null);
    }

    /** Says why the engagement is still in memory only. */
    void notDurable(String because) {
        replace(
                before -> {
                    EngagementRecord engagement = before.memoryOnly();
                    return engagement == null ? before : before.withMemoryOnly(engagement, because);
                },
                null);
    }

    void unreadable(LiveFlagsSnapshot.Unreadable unreadable) {
        replace(before -> before.withUnreadable(unreadable), null);
    }

    private void replace(UnaryOperator<LiveFlagsSnapshot> change, @Nullable KillSwitchResetRecord reset) {
        LiveFlagsSnapshot before;
        LiveFlagsSnapshot after;
        replacing.lock();
        try {
            before = state;
            after = change.apply(before).refreshed();
            state = after;
            snapshot = after.snapshot();
        } finally {
            replacing.unlock();
        }
        boolean switched = (after.engagement() == null) != (before.engagement() == null);
        if (switched || after.snapshot() != before.snapshot()) {
            announce(before, after, reset);
        }
        publishShown(before, after);
    }

    /** For clients that show flags: a change without effect counts too, such as a row that became invalid. */
    private void publishShown(LiveFlagsSnapshot before, LiveFlagsSnapshot after) {
        FlagsView then = FlagsView.of(before, LocalDate.EPOCH);
        FlagsView now = FlagsView.of(after, LocalDate.EPOCH);
        if (now.looksLike(then)
                && after.snapshot().settings().equals(before.snapshot().settings())) {
            return;
        }
        List<String> keys = now.flags().stream()
                .filter(flag -> !then.flags().contains(flag))
                .map(flag -> flag.definition().key())
                .toList();
        events.publish(new Event(EventType.SETTINGS_CHANGED, clock.instant(), Map.of("keys", keys)));
    }

    private void announce(LiveFlagsSnapshot before, LiveFlagsSnapshot after, @Nullable KillSwitchResetRecord reset) {
        Map<String, Object> changes =
                changes(before.snapshot().effective(), after.snapshot().effective());
        if (changes.containsKey(KILL_SWITCH)) {
            LOG.warn("Flag update: {}={}", KILL_SWITCH, changes.get(KILL_SWITCH));
        }
        if (after.snapshot().killSwitchEngaged() && !before.snapshot().killSwitchEngaged()) {
            LOG.warn("Flag {}=1, reverting to safe defaults", KILL_SWITCH);
        }
        changes.forEach((key, value) -> {
            if (!key.equals(KILL_SWITCH)) {
                LOG.info("Flag update: {}={}", key, value);
            }
        });
        changes(before.snapshot().settings(), after.snapshot().settings())
                .forEach((key, value) -> logSetting(after.reconciler().catalog(), key, value));
        publish(before, after, changes, reset);
    }

    /** A row that is nearly a flag is most likely a mistake, and without effect. */
    private static void logSetting(FlagCatalog catalog, String key, Object value) {
        String shown = SafeText.line(key, FlagDefinition.VALUE_LENGTH_MAX);
        LOG.info("Setting update: {}={}", shown, value);
        catalog.nearest(key).ifPresent(flag -> LOG.warn("the row {} is not a flag, did you mean {}?", shown, flag));
    }

    private void publish(
            LiveFlagsSnapshot before,
            LiveFlagsSnapshot after,
            Map<String, Object> changes,
            @Nullable KillSwitchResetRecord reset) {
        EngagementRecord engaged = after.engagement();
        if (engaged != null && before.engagement() == null) {
            events.publish(new Event(EventType.KILL_SWITCH_ACTIVATED, clock.instant(), details(engaged)));
        }
        if (engaged == null && before.engagement() != null) {
            events.publish(new Event(EventType.KILL_SWITCH_RESET, clock.instant(), details(reset)));
        }
        if (!changes.isEmpty()) {
            events.publish(new Event(
                    EventType.FLAGS_CHANGED,
                    clock.instant(),
                    Map.of(
                            "epoch", after.snapshot().epoch(),
                            "changes", Map.copyOf(changes),
                            "failSafe", after.failSafe())));
        }
    }

    private static Map<String, Object> details(EngagementRecord engagement) {
        Map<String, Object> details = new HashMap<>();
        details.put("reason", engagement.reason());
        details.put("actor", engagement.actor().name());
        details.put("since", engagement.since().toString());
        engagement.promotionId().ifPresent(id -> details.put("promotionId", id));
        return details;
    }

    private static Map<String, Object> details(@Nullable KillSwitchResetRecord reset) {
        Map<String, Object> details = new HashMap<>();
        if (reset != null) {
            details.put("reason", reset.reason());
            details.put("actor", reset.actor().name());
            details.put("forced", reset.forced());
            reset.approver().ifPresent(approver -> details.put("approver", approver));
            reset.fixReference().ifPresent(reference -> details.put("fixReference", reference));
        }
        return details;
    }

    /** The keys whose value has changed, with the new value, fit for a log line; {@code (none)} for a removed row. */
    private static Map<String, Object> changes(Map<String, String> before, Map<String, String> after) {
        Map<String, Object> changes = new TreeMap<>();
        after.forEach((key, value) -> {
            if (!value.equals(before.get(key))) {
                changes.put(key, SafeText.line(value, FlagDefinition.VALUE_LENGTH_MAX));
            }
        });
        before.keySet().stream().filter(key -> !after.containsKey(key)).forEach(key -> changes.put(key, "(none)"));
        return changes;
    }

    private void warnOfInvalid(FlagReconciler reconciler) {
        Map<String, StoredFlagValue> invalid = reconciler.invalid();
        Map<String, StoredFlagValue> known = warned.getAndSet(Map.copyOf(invalid));
        invalid.forEach((key, value) -> {
            if (!value.equals(known.get(key))) {
                LOG.warn(
                        "Flag {} has an invalid value in the database and is read as its default {}: {}",
                        key,
                        reconciler.catalog().defaults().get(key),
                        value.shown());
            }
        });
    }
}
