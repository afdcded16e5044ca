package io.weathervane.cli;

import io.weathervane.util.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine;

/** Command lines to be typed next, as this program writes them. */
final class CommandLineFormatter {
    private static final Pattern APPROVAL = Pattern.compile("\\ba-[0-9a-f]{8}\\b");
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:=,@%+-]+");

    private CommandLineFormatter() {}

    /** The approval that a refusal names; empty when it is about something else. */
    static Optional<String> approvalIn(String refusal) {
        Matcher id = APPROVAL.matcher(refusal);
        return refusal.contains("another person's approval") && id.find() ? Optional.of(id.group()) : Optional.empty();
    }

    /** The sentence with the same command, and the approval that it waits for. */
    static String toGoOnWith(String command, CommandLine typed, String approval) {
        List<String> all = typed.getParseResult().originalArgs();
        List<String> words = new ArrayList<>(List.of("weathervane"));
        if (!all.contains(command)) {
            words.add(command); // it was parsed by itself, without the program around it
        }
        words.addAll(all);
        words.addAll(List.of("--approval-id", approval));
        return "Once the approval is granted, go on with: " + SafeText.lines(of(words));
    }

    /** The words in a form that a shell reads as the same words. */
    static String of(List<String> words) {
        return words.stream().map(CommandLineFormatter::quoted).collect(Collectors.joining(" "));
    }

    private static String quoted(String word) {
        return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
