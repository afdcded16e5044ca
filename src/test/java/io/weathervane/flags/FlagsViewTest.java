package io.weathervane.flags;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FlagsViewTest {
    private static final FlagDefinition MODE =
            FlagCatalog.builtIn().find("PROMPT_MODE").orElseThrow();
    private static final Optional<Instant> SINCE = Optional.of(Instant.EPOCH);
    private static final Optional<String> TEXT = Optional.of("text");
    private static final Optional<String> NONE = Optional.empty();

    private static FlagsView view(FlagsView.Flag flag, KillSwitchStatus killSwitch) {
        return new FlagsView(List.of(flag), 7, killSwitch, false, false, NONE);
    }

    private static FlagsView.Flag flag(Optional<String> stored, String effective, Optional<String> held) {
        return new FlagsView.Flag(MODE, stored, effective, held, false);
    }

    private static KillSwitchStatus off() {
        return new KillSwitchStatus(false, Optional.empty(), NONE, NONE, true, NONE);
    }

    private static FlagsView usual() {
        return view(flag(TEXT, "compact", NONE), off());
    }

    static List<FlagsView> others() {
        List<FlagsView.Flag> flags = usual().flags();
        FlagsView.Flag flag = flags.get(0);
        return List.of(
                new FlagsView(List.of(), 7, off(), false, false, NONE),
                new FlagsView(flags, 8, off(), false, false, NONE),
                new FlagsView(flags, 7, off(), true, false, NONE),
                new FlagsView(flags, 7, off(), false, true, NONE),
                new FlagsView(flags, 7, off(), false, false, TEXT),
                view(flag(NONE, "compact", NONE), off()),
                view(flag(TEXT, "verbose", NONE), off()),
                view(flag(TEXT, "compact", TEXT), off()),
                view(flag, new KillSwitchStatus(true, Optional.empty(), NONE, NONE, true, NONE)),
                view(flag, new KillSwitchStatus(false, SINCE, NONE, NONE, true, NONE)),
                view(flag, new KillSwitchStatus(false, Optional.empty(), TEXT, NONE, true, NONE)),
                view(flag, new KillSwitchStatus(false, Optional.empty(), NONE, TEXT, true, NONE)),
                view(flag, new KillSwitchStatus(false, Optional.empty(), NONE, NONE, false, NONE)),
                view(flag, new KillSwitchStatus(false, Optional.empty(), NONE, NONE, true, TEXT)));
    }

    @Test
    void looksLikeAnotherOfTheSameValues() {
        assertThat(usual().looksLike(usual())).isTrue();
    }

    @ParameterizedTest
    @MethodSource("others")
    void looksUnlikeWhatDiffersInAnyField(FlagsView other) {
        assertThat(usual().looksLike(other)).isFalse();
        assertThat(other.looksLike(usual())).isFalse();
    }
}
