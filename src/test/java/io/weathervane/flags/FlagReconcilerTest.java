package io.weathervane.flags;

import static io.weathervane.flags.FlagCatalog.KILL_SWITCH;
import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.audit.Actor;
import io.weathervane.flags.FlagReconciler.Effect;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The rules by which stored rows and changes of others become the flags in effect: no database, no clock. */
class FlagReconcilerTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final FlagCatalog CATALOG = FlagCatalog.builtIn();
    private static final String FLAG = "SANDBOX_MODE";
    private static final EngagementRecord ENGAGED = new EngagementRecord(NOW, Actor.SYSTEM, "a test", Optional.empty());

    @Test
    void aValueThatIsNoWordOfTheSwitchEngages() {
        FlagReconciler flags = released(Map.of());

        Effect effect = flags.adopt(change(KILL_SWITCH, "0", "maybe"), NOW);

        assertThat(effect).isEqualTo(Effect.ENGAGED);
        assertThat(flags.engagement()).isNotNull();
        assertThat(flags.engagement().reason()).contains("unreadable", "counts as on");
    }

    @Test
    void aRowOfTheSwitchThatIsRemovedReleasesNothing() {
        FlagReconciler flags = engaged(Map.of());

        Effect effect =
                flags.adopt(new UnauditedChange(1, NOW.toString(), KILL_SWITCH, value("1"), Optional.empty()), NOW);

        assertThat(effect).isEqualTo(Effect.NONE);
        assertThat(flags.effective()).containsEntry(KILL_SWITCH, "1");
    }

    @Test
    void aTableThatSaysOnIsBelievedWithoutAnyChangeThatExplainsIt() {
        FlagReconciler flags = released(Map.of(KILL_SWITCH, StoredFlagValue.of("1")));

        assertThat(flags.adoptTable(NOW)).isEqualTo(Effect.ENGAGED);
        assertThat(flags.engaged()).isTrue();
    }

    @Test
    void aTableThatSaysOnIsNotBelievedAfterTheReleaseWasSeen() {
        FlagReconciler flags = engaged(Map.of(KILL_SWITCH, StoredFlagValue.of("1")));
        flags.adopt(change(KILL_SWITCH, "1", "0"), NOW);

        assertThat(flags.adoptTable(NOW)).isEqualTo(Effect.NONE);
        assertThat(flags.engaged()).isFalse();
    }

    @Test
    void engagedEveryFlagIsAtItsSafeDefaultAndItsValueIsHeld() {
        FlagReconciler flags = released(Map.of(FLAG, StoredFlagValue.of("pool")));

        flags.engage(ENGAGED);

        assertThat(flags.effective()).isEqualTo(FlagReconciler.safeDefaults(CATALOG));
        assertThat(flags.target(flag()).asText()).contains("none");
        assertThat(flags.toHold()).containsEntry(FLAG, "pool").doesNotContainKey(KILL_SWITCH);
        assertThat(flags.needsWriting()).isTrue();
    }

    @Test
    void whatIsChangedWhileTheSwitchIsOnIsPutBackToWhatWasHeld() {
        FlagReconciler flags = engaged(Map.of(FLAG, StoredFlagValue.of("pool")));

        flags.adopt(change(FLAG, "none", "pool"), NOW);
        flags.adopt(change(KILL_SWITCH, "1", "0"), NOW);

        assertThat(flags.wanted(flag()).asText()).as("held is none").contains("none");
    }

    @Test
    void whatIsChangedAfterTheReleaseIsKept() {
        FlagReconciler flags = engaged(Map.of(FLAG, StoredFlagValue.of("pool")));

        flags.adopt(change(KILL_SWITCH, "1", "0"), NOW);
        flags.adopt(change(FLAG, "none", "pool"), NOW);

        assertThat(flags.effective()).containsEntry(FLAG, "pool");
    }

    @Test
    void aRowThatNoFlagCanBeReadsAsTheDefaultAndIsNamed() {
        FlagReconciler flags = released(Map.of(FLAG, StoredFlagValue.of("everywhere")));

        assertThat(flags.effective()).containsEntry(FLAG, "none");
        assertThat(flags.invalid()).containsOnlyKeys(FLAG);
    }

    @Test
    void aTableThatIsAsItShouldBeNeedsNoWriting() {
        FlagTablesSnapshot whole = stored(allDefaults(), null);

        assertThat(new FlagReconciler(CATALOG, whole).needsWriting()).isFalse();
        assertThat(released(Map.of()).needsWriting()).as("rows are missing").isTrue();
    }

    private static Map<String, StoredFlagValue> allDefaults() {
        return CATALOG.defaults().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> StoredFlagValue.of(entry.getValue())));
    }

    private static FlagReconciler released(Map<String, StoredFlagValue> rows) {
        return new FlagReconciler(CATALOG, stored(rows, null));
    }

    private static FlagReconciler engaged(Map<String, StoredFlagValue> rows) {
        return new FlagReconciler(CATALOG, stored(rows, ENGAGED));
    }

    private static FlagTablesSnapshot stored(Map<String, StoredFlagValue> rows, @Nullable EngagementRecord engagement) {
        return new FlagTablesSnapshot(rows, Map.of(), Map.of(), engagement, 1, 1);
    }

    private static FlagDefinition flag() {
        return CATALOG.find(FLAG).orElseThrow();
    }

    private static UnauditedChange change(String key, String from, String to) {
        return new UnauditedChange(1, NOW.toString(), key, value(from), value(to));
    }

    private static Optional<StoredFlagValue> value(String text) {
        return Optional.of(StoredFlagValue.of(text));
    }
}
