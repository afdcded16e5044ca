package io.weathervane.cli;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Command lines to be typed next, as this program writes them. */
final class CommandLineText {
    private static final Pattern APPROVAL = Pattern.compile("\\ba-[0-9a-f]{8}\\b");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

    private CommandLineText() {}

    /** The approval that a refusal names; empty when it is about something else. */
    static Optional<String> approvalIn(String refusal) {
        Matcher id = APPROVAL.matcher(refusal);
        return refusal.contains("another person's approval") && id.find() ? Optional.of(id.group()) : Optional.empty();
    }

    /** The words in a form that a shell reads as the same words. */
    static String of(List<String> words) {
        return words.stream().map(CommandLineText::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
