package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathEncodingCheckTest {
    private static final String POSIX = "ANSI_X3.4-1968";

    @Test
    void saysInWordsThatANameCannotBeExpressed() {
        assertThat(PathEncodingCheck.problem(List.of("serve", "--workspace", "/srv/\uFFFD\uFFFD"), "/", POSIX))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("/srv/\uFFFD", POSIX, "scripts/weathervane", "LC_ALL=C.UTF-8"));
        assertThat(PathEncodingCheck.problem(List.of("serve"), "/srv/\uFFFD", POSIX))
                .isPresent();
    }

    @Test
    void asksNothingWhereNamesAreWhole() {
        assertThat(PathEncodingCheck.problem(List.of("serve", "--workspace", "/srv/data"), "/", POSIX))
                .isEmpty();
        assertThat(PathEncodingCheck.problem(List.of("call", "echo", "\uFFFD"), "/", "UTF-8"))
                .isEmpty();
    }

    @Test
    void refusesAnArgumentWhoseBytesAreNoTextInsteadOfChangingIt() {
        List<String> words = List.of("run", "--", "w", "caf\uFFFD");
        byte[] bytes = "java\0w\0caf\u00e9\0".getBytes(StandardCharsets.ISO_8859_1);

        assertThat(PathEncodingCheck.lostBytes(words, () -> Optional.of(bytes), List.of("/")))
                .hasValueSatisfying(
                        why -> assertThat(why).contains("the argument", "caf", "not UTF-8", "nothing was started"));
        assertThat(PathEncodingCheck.lostBytes(words, Optional::empty, List.of("/")))
                .isPresent();
        assertThat(PathEncodingCheck.lostBytes(List.of("run"), Optional::empty, List.of("/srv/no-such-\uFFFD")))
                .hasValueSatisfying(why -> assertThat(why).contains("the name of the folder"));
    }

    @Test
    void takesTheLetterThatStandsForLostOnesWhereTheCallerSaysIt(@TempDir Path folder) throws Exception {
        Path named = Files.createDirectory(folder.resolve("\uFFFD"));
        byte[] bytes = "java\0w\0\uFFFD\0".getBytes(StandardCharsets.UTF_8);

        assertThat(PathEncodingCheck.lostBytes(
                        List.of("w", "\uFFFD"), () -> Optional.of(bytes), List.of(named.toString())))
                .isEmpty();
    }

    @Test
    void refusesAnArgumentThatTheJvmWouldWriteInAnotherEncoding() {
        List<String> words = List.of("run", "--", "w", "\u0414\u043e\u043a");

        assertThat(PathEncodingCheck.unwritable(words, StandardCharsets.ISO_8859_1))
                .hasValueSatisfying(why -> assertThat(why).contains("ISO-8859-1", "-Dfile.encoding"));
        assertThat(PathEncodingCheck.unwritable(words, StandardCharsets.UTF_8)).isEmpty();
    }
}
