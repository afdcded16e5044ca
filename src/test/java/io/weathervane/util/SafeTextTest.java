package io.weathervane.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTextTest {
    @ParameterizedTest
    @ValueSource(
            ints = {
                0x00, 0x07, 0x08, 0x1B, 0x7F, 0x80, 0x84, 0x8D, 0x90, 0x9B, 0x9C, 0x9D, 0x9F, 0xAD, 0x034F, 0x061C,
                0x115F, 0x180E, 0x200B, 0x200D, 0x200E, 0x200F, 0x202A, 0x202E, 0x2060, 0x2064, 0x2066, 0x2069, 0x206A,
                0x3164, 0xD800, 0xDC00, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFE, 0xFFFF, 0x1BCA0, 0x1D173, 0x1FFFE, 0xE0001,
                0xE0041, 0xE007F, 0xE0100
            })
    void noFormLetsThroughWhatSteersATerminalOrIsNotSeen(int codePoint) {
        String text = "a" + Character.toString(codePoint) + "b";

        assertThat(SafeText.line(text)).matches("a(\\\\u[0-9a-f]{4}){1,2}b");
        assertThat(SafeText.lines(text)).isEqualTo(SafeText.line(text));
        assertThat(SafeText.json(text)).isEqualTo(SafeText.line(text));
        assertThat(SafeText.quotable(text)).isEqualToIgnoringCase(SafeText.line(text));
        assertThat(SafeText.isName(text)).isFalse();
    }

    @Test
    void nothingIsLeftOfAnyOfThemInAllOfUnicode() {
        String all = IntStream.rangeClosed(0, Character.MAX_CODE_POINT)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();

        assertThat(SafeText.line(all).codePoints()).noneMatch(SafeText::isUnsafe);
        assertThat(SafeText.lines(all).codePoints()).noneMatch(c -> SafeText.isUnsafe(c) && c != '\n' && c != '\t');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "The reason is plain, isn't it?",
                "Документы",
                "カナリア",
                "العربية",
                "naïve — 20 % …",
                "🌦️ ❤️ 🇩🇪",
                "a\u00a0b",
                "👍🏽",
                "𝒳"
            })
    void textOfAllAlphabetsStaysAsItIs(String text) {
        assertThat(SafeText.line(text)).isSameAs(text);
        assertThat(SafeText.lines(text)).isSameAs(text);
    }

    @Test
    void lineBreaksOfAllKindsEndNoLineOfOurs() {
        assertThat(SafeText.line("a\nb\rc\td\u000be\fg\u0085h\u2028i\u2029j")).isEqualTo("a b c d e g h i j");
        assertThat(SafeText.lines("a\r\nb\n\tc\rd\u2028e")).isEqualTo("a\nb\n\tc\\u000dd\\u2028e");
        assertThat(SafeText.quotable("\"a\"\\\nb\r")).isEqualTo("\\\"a\\\"\\\\\\nb\\r");
        assertThat(SafeText.quoted("say \"yes\"\nand go")).isEqualTo("\"say 'yes' and go\"");
    }

    @Test
    void whatIsCutHasAMarkAndNoHalfCharacter() {
        assertThat(SafeText.line("abcdef", 3)).isEqualTo("abc…");
        assertThat(SafeText.line("abc", 3)).isEqualTo("abc");
        assertThat(SafeText.cut("ab𝒳d", 3)).isEqualTo("ab…");
        assertThat(SafeText.logged("x".repeat(5000))).hasSizeLessThan(2100).endsWith("…");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", " ann", "ann ", "ann\n", "an\tn", "ann\u00a0b", "\u202Enna", "a\u200bnn", "\u3000"})
    void aNameThatIsNotSeenAsItIsIsNone(String name) {
        assertThat(SafeText.isName(name)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ann", "director_dana", "Ann Lee", "ann@example.com", "Анна", "auth0|5f7c8ec7c33c6c004bbafe82"})
    void aNameMayHaveLettersOfAnyAlphabet(String name) {
        assertThat(SafeText.isName(name)).isTrue();
    }

    @Test
    void aWriterKeepsCharactersWholeThatAreWrittenInHalves() {
        StringWriter shown = new StringWriter();
        PrintWriter out = new PrintWriter(new TerminalSafeWriter(shown), /* autoFlush= */ true);

        out.write('\ud835');
        out.write('\udcb3');
        out.println("\u001b]0;title\u0007 \u009b31m");

        assertThat(shown.toString().strip()).isEqualTo("𝒳\\u001b]0;title\\u0007 \\u009b31m");
    }
}
