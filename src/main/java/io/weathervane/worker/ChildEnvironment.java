package io.weathervane.worker;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The variables that a child process gets from the server. The server's own environment has secrets that no worker and no
 * build needs: those that sign its alerts, tokens, keys of a cloud. Nor does a child learn where the server's state and
 * socket are.
 */
public final class ChildEnvironment {
    /** What a program needs to run at all. */
    private static final Set<String> NEEDED =
            Set.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TMP", "TEMP");

    private static final String LOCALE = "LC_";

    /** Our own; a release's {@code environment} may set one all the same. */
    private static final String OURS = "WVO_";

    /**
     * What the launcher sets for our own JVM, and under which names it keeps what it found there; empty when it found
     * nothing.
     */
    private static final Map<String, String> ORIGINALS =
            Map.of("LC_ALL", "WVO_ORIGINAL_LC_ALL", "_JAVA_OPTIONS", "WVO_ORIGINAL_JAVA_OPTIONS");

    /** Those of {@link #OF_SHELLS} that the launcher, a shell, gave itself; the server's client did not give them. */
    private static final String SHELL_VARIABLES = "WVO_SHELL_VARIABLES";

    private static final Set<String> OF_SHELLS = Set.of("PWD", "OLDPWD", "SHLVL", "_");

    private ChildEnvironment() {}

    /** Takes out of the server's own variables what the child does not get. Bytes that are no text stay as they are. */
    public static void reduce(Map<String, String> variables, InheritedEnvironment inheritance) {
        ORIGINALS.forEach((name, kept) -> {
            String original = variables.get(kept);
            if (original != null && original.isEmpty()) {
                variables.remove(name);
            } else if (original != null) {
                variables.put(name, original);
            }
        });
        Set<String> ofLauncher =
                Set.copyOf(List.of(variables.getOrDefault(SHELL_VARIABLES, "").split(" ", -1)));
        variables.keySet().removeIf(name -> OF_SHELLS.contains(name) && ofLauncher.contains(name));
        variables.keySet().removeIf(name -> !isKept(name, inheritance));
    }

    /** The variables that are named and not there. */
    public static Set<String> missing(Map<String, String> variables, InheritedEnvironment inheritance) {
        Set<String> missing = new TreeSet<>();
        if (!inheritance.everything()) {
            inheritance.names().stream()
                    .filter(name -> !variables.containsKey(name))
                    .forEach(missing::add);
        }
        return missing;
    }

    private static boolean isKept(String name, InheritedEnvironment inheritance) {
        if (name.startsWith(OURS)) {
            return false;
        }
        boolean needed = NEEDED.contains(name) || name.startsWith(LOCALE);
        return inheritance.includes(name) || (needed && !inheritance.everything());
    }
}
