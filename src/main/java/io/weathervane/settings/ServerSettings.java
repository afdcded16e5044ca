package io.weathervane.settings;

/**
 * Where the HTTP transport listens.
 *
 * @param port 0 for any free one
 */
public record ServerSettings(String host, int port) {
    public static final String HOST = "127.0.0.1";
    public static final int PORT = 3000;

    static final int PORT_MAX = 65_535;

    public static ServerSettings defaults() {
        return new ServerSettings(HOST, PORT);
    }

    static ServerSettings from(Section section) {
        return new ServerSettings(
                section.words("host").orElse(HOST),
                section.wholeNumber("port", 0, PORT_MAX).orElse(PORT));
    }
}
