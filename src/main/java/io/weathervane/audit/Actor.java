package io.weathervane.audit;

/** Author of an action: a caller as its transport knows it, or the server itself. */
public record Actor(String name) {
    public static final Actor SYSTEM = new Actor("system");

    /** The person or program that changed a row by SQL, past the server. */
    public static final Actor DIRECT_SQL = new Actor("direct-sql");

    private static final String UNKNOWN = "unknown";
    private static final int LENGTH_MAX = 256;

    public Actor {
        name = name.isBlank() ? UNKNOWN : name.substring(0, Math.min(name.length(), LENGTH_MAX));
    }
}
