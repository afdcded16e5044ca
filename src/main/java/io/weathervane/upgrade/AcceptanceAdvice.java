package io.weathervane.upgrade;

import io.weathervane.shadow.AcceptedToolChange;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The way to accept changes of tools that are meant, ready to paste; pure. */
final class AcceptanceAdvice {
    /** A change that a shell and a list with commas take as it is. */
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_./:-]+");

    private static final String OPTION = "--accept-change ";

    private AcceptanceAdvice() {}

    /** @param acceptable none when nothing of what failed can be accepted */
    static List<String> of(List<AcceptedToolChange> acceptable) {
        return acceptable.isEmpty()
                ? List.of()
                : List.of(
                        "Changes that are meant are accepted for one upgrade with accept_change, on the command line: "
                                + options(acceptable),
                        "For every upgrade: the same lines in upgrade.acceptedChanges; definitions.acceptable in "
                                + UpgradeDirectory.SHADOW + " has them.");
    }

    private static String options(List<AcceptedToolChange> changes) {
        String plain = changes.stream()
                .map(AcceptedToolChange::argument)
                .filter(change -> PLAIN.matcher(change).matches())
                .collect(Collectors.joining(","));
        Stream<String> quoted = changes.stream()
                .filter(change -> !PLAIN.matcher(change.argument()).matches())
                .map(change -> OPTION + "'" + change.yaml().replace("'", "'\\''") + "'");
        return Stream.concat(Stream.of(plain).filter(list -> !list.isEmpty()).map(OPTION::concat), quoted)
                .collect(Collectors.joining(" "));
    }
}
