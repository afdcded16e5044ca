package io.weathervane.cli;

import io.weathervane.util.SafeText;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Checks that this process can name files as its caller does. A JVM reads arguments and names of files by the locale;
 * without one, letters of most alphabets are lost. The launcher sets the locale; {@code java -jar} does not.
 */
final class PathEncodingCheck {
    private static final char LOST = '\uFFFD';

    private PathEncodingCheck() {}

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

    /**
     * Why a name that is no text cannot be taken: the JVM has put another letter in the place of its bytes, and would hand
     * on what the caller never said.
     *
     * @param words arguments
     * @param commandLine the bytes that this process was started with; empty where the system does not show them
     * @param folders that are there if their names were understood
     */
    static Optional<String> lostBytes(
            List<String> words, Supplier<Optional<byte[]>> commandLine, List<String> folders) {
        return words.stream()
                .filter(PathEncodingCheck::hasLost)
                .filter(word ->
                        !commandLine.get().map(PathEncodingCheck::isText).orElse(false))
                .map(word -> "the argument " + SafeText.quoted(word))
                .findFirst()
                .or(() -> folders.stream()
                        .filter(PathEncodingCheck::hasLost)
                        .filter(folder -> !Files.exists(Path.of(folder)))
                        .map(folder -> "the name of the folder " + SafeText.quoted(folder))
                        .findFirst())
                .map(what ->
                        what + " has bytes that are not UTF-8 (shown as \uFFFD), which cannot be handed on unchanged;"
                                + " nothing was started. Write it in UTF-8, or rename what it names.");
    }

    /**
     * Why arguments would not reach a child as they are: before Java 18 they are written as the JVM's files are.
     *
     * @param charset that the JVM writes the arguments of children in
     */
    static Optional<String> unwritable(List<String> words, Charset charset) {
        return words.stream()
                .filter(word -> !charset.newEncoder().canEncode(word))
                .findFirst()
                .map(word -> "the argument " + SafeText.quoted(word) + " cannot be written in " + charset
                        + ", which -Dfile.encoding says. Start it with scripts/weathervane, or without that option.");
    }

    /** What the system says that this process was started with. */
    static Optional<byte[]> commandLine() {
        try {
            return Optional.of(Files.readAllBytes(Path.of("/proc/self/cmdline")));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static boolean hasLost(String text) {
        return text.indexOf(LOST) >= 0;
    }

    private static boolean isText(byte[] bytes) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
