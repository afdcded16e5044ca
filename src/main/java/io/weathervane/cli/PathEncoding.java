package io.weathervane.cli;

import io.weathervane.util.SafeText;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whether this process can name files as its caller does. A JVM reads arguments and names of files by the locale; without
 * one, letters of most alphabets are lost. The launcher sees to that; {@code java -jar} does not.
 */
final class PathEncoding {
    private static final char LOST = '\uFFFD';

    private PathEncoding() {}

    /**
     * Why the server cannot start like this, in words.
     *
     * @param texts arguments, the folder that the process is in
     * @param encoding of the system's names, as the JVM understood it
     */
    static Optional<String> problem(List<String> texts, String folder, String encoding) {
        if (encoding.equalsIgnoreCase("UTF-8")) {
            return Optional.empty();
        }
        return Stream.concat(texts.stream(), Stream.of(folder))
                .filter(text -> text.indexOf(LOST) >= 0)
                .findFirst()
                .map(text -> "the name " + SafeText.quoted(text)
                        + " has letters that the locale of this process cannot express (" + encoding
                        + "). Start it with scripts/weathervane, or set LC_ALL=C.UTF-8.");
    }
}
