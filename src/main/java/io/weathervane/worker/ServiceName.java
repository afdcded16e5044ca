package io.weathervane.worker;

import java.util.regex.Pattern;

/**
 * Names a service: a worker with its own releases, roles, watch and upgrades behind this server.
 *
 * @param value as in the configuration, at most {@value #LENGTH_MAX} characters
 */
public record ServiceName(String value) {
    private static final int LENGTH_MAX = 32;
    private static final Pattern FORM = Pattern.compile("[a-z0-9][a-z0-9_-]{0," + (LENGTH_MAX - 1) + "}");

    /** What an error says is allowed. */
    public static final String ALLOWED =
            "lower-case letters, digits, _ and -, beginning with a letter or digit, at most " + LENGTH_MAX
                    + " characters";

    /** The service that the section {@code workers} configures. */
    public static final ServiceName DEFAULT = new ServiceName("default");

    public ServiceName {
        if (!isValid(value)) {
            throw new IllegalArgumentException("the name of a service is " + ALLOWED + ", was \"" + value + "\"");
        }
    }

    /** Whether a service may be called so. */
    public static boolean isValid(String value) {
        return FORM.matcher(value).matches();
    }

    /** The name of a file of the service: the runbook's for the default service, with the service's name for others. */
    public String fileName(String usual) {
        int extension = usual.lastIndexOf('.');
        return equals(DEFAULT) ? usual : usual.substring(0, extension) + "." + value + usual.substring(extension);
    }

    /** A release's label in texts and logs, so that two services may have one of the same: alone for the default service. */
    public String shown(String label) {
        return equals(DEFAULT) ? label : value + "/" + label;
    }

    /** Its name behind a line of the log that names no worker; nothing for the default service. */
    public String logged() {
        return equals(DEFAULT) ? "" : " service=" + value;
    }

    /** Prefix of clients' names for the tasks of its workers, so that two services may call a task the same. */
    public String taskIdPrefix() {
        return equals(DEFAULT) ? "" : value + ":";
    }

    /** As a record's own. That one is built of method handles when it is first called, which takes 10 ms of each start on stdio. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ServiceName name && value.equals(name.value);
    }

    /** As a record's own, for the same reason. */
    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
