package io.weathervane.tool;

/**
 * Who is calling, as far as the transport knows it: nothing a caller says of itself counts.
 *
 * @param name goes into the audit: {@code WVO_ACTOR} or the OS user (stdio), the OS user (socket),
 *     the authenticated principal or {@code local} (HTTP)
 * @param door the transport it came through
 */
public record Caller(String name, Door door) {
    /** The way in. */
    public enum Door {
        STDIO,
        SOCKET,
        HTTP,
        COMMAND_LINE
    }
}
