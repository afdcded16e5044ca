package io.weathervane.incident;

import io.weathervane.util.Redactor;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Collects what an incident needs of the host and the server's variables. It takes only variables that are on a list.
 */
final class EnvironmentEvidence {
    private static final Set<String> VARIABLES = Set.of(
            "PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR", "JAVA_HOME", "PWD", "HOSTNAME");

    private static final Set<String> PROPERTIES = Set.of(
            "java.version",
            "java.vendor",
            "java.vm.name",
            "os.name",
            "os.version",
            "os.arch",
            "file.encoding",
            "sun.jnu.encoding");

    private static final String LOCALE = "LC_";

    /** Thresholds and folders of ours; the redactor hides the values of those that are secrets. */
    private static final String OURS = "WVO_";

    /** Answers to the questions of a client's file, which are secrets whatever their names. */
    private static final String INPUTS = "WVO_INPUT_";

    private EnvironmentEvidence() {}

    static Map<String, String> of(Map<String, String> environment) {
        Map<String, String> taken = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (VARIABLES.contains(name) || name.startsWith(LOCALE) || name.startsWith(OURS)) {
                taken.put(name, name.startsWith(INPUTS) ? Redactor.MARK : value);
            }
        });
        PROPERTIES.forEach(name -> taken.put(name, System.getProperty(name, "")));
        return taken;
    }
}
