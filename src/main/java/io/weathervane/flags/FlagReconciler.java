package io.weathervane.flags;

import static io.weathervane.flags.FlagCatalog.KILL_SWITCH;

import io.weathervane.audit.Actor;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Computes the flags from the tables and from the changes that others made since the server last looked. Pure: no SQL,
 * clock, log or thread in here.
 *
 * <p>Each flag has a <em>wanted</em> value, what it is without the kill switch. While the switch is off that is the
 * row in {@code settings}; while it is on the row is the default and the wanted value is in {@code settings_held}.
 * Replaying the changes in their order tells a change made while the switch was on (put back) from one made after
 * it was turned off (kept), also when the server was down for all of it.
 */
final class FlagReconciler {
    private final FlagCatalog catalog;
    private final FlagTablesSnapshot stored;
    private final Map<String, StoredFlagValue> touched = new HashMap<>();
    private @Nullable EngagementRecord engagement;
    private @Nullable KillSwitchResetRecord lastReset;

    FlagReconciler(FlagCatalog catalog, FlagTablesSnapshot stored) {
        this.catalog = catalog;
        this.stored = stored;
        this.engagement = stored.engagement();
    }

    /** Effect of a change on the kill switch. */
    enum Effect {
        NONE,
        ENGAGED,
        RESET
    }

    /** Takes in a change that an operator made by SQL, oldest first. */
    Effect adopt(UnauditedChange change, Instant now) {
        if (change.key().equals(KILL_SWITCH)) {
            return change.to()
                    .map(value -> adoptSwitch(value, change.time(now)))
                    .orElse(Effect.NONE);
        }
        catalog.find(change.key()).ifPresent(definition -> adoptFlag(definition, change));
        return Effect.NONE;
    }

    private Effect adoptSwitch(StoredFlagValue value, Instant at) {
        if (value.is("0")) {
            if (engagement == null) {
                return Effect.NONE;
            }
            reset(KillSwitchResetRecord.of(KILL_SWITCH + " set to 0 by direct SQL", Actor.DIRECT_SQL));
            return Effect.RESET;
        }
        if (engagement != null) {
            return Effect.NONE;
        }
        engage(new EngagementRecord(at, Actor.DIRECT_SQL, reasonToEngage(value), Optional.empty()));
        return Effect.ENGAGED;
    }

    private static String reasonToEngage(StoredFlagValue value) {
        return value.is("1")
                ? KILL_SWITCH + " set to 1 by direct SQL"
                : KILL_SWITCH + " set by direct SQL to " + value.shown() + ", which is unreadable and counts as on";
    }

    private void adoptFlag(FlagDefinition definition, UnauditedChange change) {
        StoredFlagValue defaultValue = StoredFlagValue.of(definition.defaultValue());
        touched.computeIfAbsent(
                change.key(),
                key -> stored.engagement() == null ? change.from().orElse(defaultValue) : held(definition));
        if (engagement == null) {
            touched.put(change.key(), change.to().orElse(defaultValue));
        }
    }

    /** Trusts the table when it says on and nothing explains it: the switch is never off by omission. */
    Effect adoptTable(Instant now) {
        StoredFlagValue row = stored.rows().get(KILL_SWITCH);
        return row != null && engagement == null && lastReset == null ? adoptSwitch(row, now) : Effect.NONE;
    }

    void engage(EngagementRecord engaged) {
        engagement = engaged;
    }

    void reset(KillSwitchResetRecord reset) {
        engagement = null;
        lastReset = reset;
    }

    void set(String key, String value) {
        touched.put(key, StoredFlagValue.of(value));
    }

    boolean engaged() {
        return engagement != null;
    }

    @Nullable
    EngagementRecord engagement() {
        return engagement;
    }

    /** Who turned the switch off last, as far as this model saw it happen. */
    @Nullable
    KillSwitchResetRecord lastReset() {
        return lastReset;
    }

    FlagTablesSnapshot stored() {
        return stored;
    }

    FlagCatalog catalog() {
        return catalog;
    }

    /** What the flag is when the kill switch is off. */
    StoredFlagValue wanted(FlagDefinition definition) {
        StoredFlagValue value = touched.get(definition.key());
        if (value != null) {
            return value;
        }
        if (stored.engagement() != null) {
            return held(definition);
        }
        StoredFlagValue row = stored.rows().get(definition.key());
        return row == null ? StoredFlagValue.of(definition.defaultValue()) : row;
    }

    private StoredFlagValue held(FlagDefinition definition) {
        return StoredFlagValue.of(stored.held().getOrDefault(definition.key(), definition.defaultValue()));
    }

    /** What the flag's row in the table should be. */
    StoredFlagValue target(FlagDefinition definition) {
        if (definition.key().equals(KILL_SWITCH)) {
            return StoredFlagValue.of(engaged() ? "1" : "0");
        }
        return engaged() ? StoredFlagValue.of(definition.defaultValue()) : wanted(definition);
    }

    /** Whether the table is not as it should be. */
    boolean needsWriting() {
        return engaged() != (stored.engagement() != null)
                || catalog.all().stream()
                        .anyMatch(definition ->
                                !target(definition).equals(stored.rows().get(definition.key())));
    }

    /** What a reset restores; a value that is not text cannot be held and comes back as the default. */
    Map<String, String> toHold() {
        Map<String, String> values = new LinkedHashMap<>();
        for (FlagDefinition definition : catalog.all()) {
            if (!definition.key().equals(KILL_SWITCH)) {
                wanted(definition).asText().ifPresent(text -> values.put(definition.key(), text));
            }
        }
        return values;
    }

    /** What everyone reads. */
    Map<String, String> effective() {
        return engaged() ? safeDefaults(catalog) : wantedOrDefault();
    }

    private Map<String, String> wantedOrDefault() {
        Map<String, String> values = new HashMap<>(catalog.defaults());
        for (FlagDefinition definition : catalog.all()) {
            wanted(definition)
                    .asText()
                    .filter(definition::allows)
                    .filter(text -> !definition.key().equals(KILL_SWITCH))
                    .ifPresent(text -> values.put(definition.key(), text));
        }
        return values;
    }

    /** The flags whose row no flag can be, each with what stands there; the default is read instead. */
    Map<String, StoredFlagValue> invalid() {
        Map<String, StoredFlagValue> invalid = new LinkedHashMap<>();
        for (FlagDefinition definition : catalog.all()) {
            StoredFlagValue value = target(definition);
            if (value.asText().filter(definition::allows).isEmpty()) {
                invalid.put(definition.key(), value);
            }
        }
        return invalid;
    }

    /** Every flag at its default, the kill switch on. */
    static Map<String, String> safeDefaults(FlagCatalog catalog) {
        Map<String, String> values = new HashMap<>(catalog.defaults());
        values.put(KILL_SWITCH, "1");
        return values;
    }
}
