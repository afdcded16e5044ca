package io.weathervane.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.util.SafeText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What steers a terminal, turns the reading direction, ends a line or is not seen, raw. */
public final class UnsafeCharacters {
    /** All of the first plane and the invisible ones of the fourteenth, but NUL and halves of pairs. */
    public static final String ALL = IntStream.concat(
                    IntStream.range(1, 0x10000), IntStream.of(0xE0001, 0xE0041, 0xE007F))
            .filter(SafeText::isUnsafe)
            .filter(c -> Character.getType(c) != Character.SURROGATE)
            .mapToObj(Character::toString)
            .collect(Collectors.joining());

    private UnsafeCharacters() {}

    /** That a terminal may show this: line feeds and tabs are all that does more than print. */
    public static void assertNoneIn(String shown) {
        assertThat(shown.codePoints()
                        .filter(c -> SafeText.isUnsafe(c) && c != '\n' && c != '\t')
                        .mapToObj(Integer::toHexString))
                .as("unsafe characters")
                .isEmpty();
    }

    public static void assertNoneIn(Path file) throws IOException {
        assertNoneIn(Files.readString(file));
    }
}
