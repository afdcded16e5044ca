package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CommandLineSplitterTest {
    @Test
    void aQuoteThatIsNotClosedIsRefused() {
        assertThatThrownBy(() -> CommandLineSplitter.of("node 'server.js"))
                .isInstanceOf(UpgradeRefusedException.class)
                .hasMessageContaining("not closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void noWordAtAllIsRefused(String line) {
        assertThatThrownBy(() -> CommandLineSplitter.of(line)).isInstanceOf(UpgradeRefusedException.class);
    }

    @Test
    void wordsAreSplitAtBlanks() {
        assertThat(CommandLineSplitter.of("  npx -y\tserver  ")).isEqualTo(List.of("npx", "-y", "server"));
    }

    @Test
    void quotesKeepBlanksAndMayBeEmpty() {
        assertThat(CommandLineSplitter.of("node 'my server.js' \"a b\"c ''"))
                .isEqualTo(List.of("node", "my server.js", "a bc", ""));
    }

    @Test
    void aBackslashTakesTheNextCharacterAsItIsButNotInSingleQuotes() {
        assertThat(CommandLineSplitter.of("a\\ b \"c\\\"d\" 'e\\f'")).isEqualTo(List.of("a b", "c\"d", "e\\f"));
    }
}
