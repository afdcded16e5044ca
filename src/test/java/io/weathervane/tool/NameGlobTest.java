package io.weathervane.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns for the names of tools. */
class NameGlobTest {
    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "tab\t", "caf\u00e9", "line\nbreak"})
    void aTextThatNoNameCouldFitIsNoPattern(String text) {
        assertThat(NameGlob.isValid(text)).isFalse();
        assertThatThrownBy(() -> new NameGlob(text)).hasMessageContaining("visible characters without spaces");
    }

    @Test
    void aPatternThatBacktracksALotIsDecidedAtOnce() {
        NameGlob glob = new NameGlob("*a".repeat(60) + "b");

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(5),
                () -> assertThat(glob.matches("a".repeat(10_000))).isFalse());
    }

    @ParameterizedTest
    @CsvSource({
        "echo,echo,true",
        "echo,echoes,false",
        "echo,Echo,false",
        "*,echo,true",
        "*,'',true",
        "pay_*,pay_refund,true",
        "pay_*,pay_,true",
        "pay_*,repay_it,false",
        "*_refund,pay_refund,true",
        "*_refund,pay_refunds,false",
        "p?y_*,pay_x,true",
        "p?y,py,false",
        "a.c,abc,false",
        "[ab],a,false",
        "*a*b*,xaxbx,true",
        "*a*b*,xbxax,false",
    })
    void aStarIsAnythingAndAQuestionMarkOneCharacter(String glob, String name, boolean fits) {
        assertThat(new NameGlob(glob).matches(name)).isEqualTo(fits);
    }
}
