package io.weathervane.tool;

import java.util.Set;

/**
 * Who is calling, as far as the transport knows it: nothing a caller says of itself counts.
 *
 * @param name goes into the audit: {@code WVO_ACTOR} or the OS user (stdio), the OS user (socket),
 *     the authenticated principal or {@code local} (HTTP)
 * @param account for which the transport vouches whatever the name says: the OS user (stdio, socket), else the name
 * @param door the transport it came through
 * @param roles what it may do
 */
public record Caller(String name, String account, Door door, Set<Role> roles) {
    /** The name of everybody who is let in over HTTP without authentication. */
    public static final String ANONYMOUS = "local";

    private static final Set<Role> ALL = Set.of(Role.values());

    public Caller {
        roles = Set.copyOf(roles);
    }

    /** Somebody whose name is the one that the transport vouches for. */
    public Caller(String name, Door door, Set<Role> roles) {
        this(name, name, door, roles);
    }

    /** Somebody who is at this machine already: may do everything. */
    public Caller(String name, Door door) {
        this(name, door, ALL);
    }

    /** Whether this is a name that anybody has who comes over HTTP without saying who they are. */
    public boolean isAnonymous() {
        return door == Door.HTTP && name.equals(ANONYMOUS);
    }

    /** Whether there is nothing that the caller may not do. */
    public boolean hasAll() {
        return roles.size() == ALL.size();
    }

    /** Whether it joined from this machine to look only, so that what it may not call is not there, as it asked for. */
    boolean onlyLooks() {
        return door != Door.HTTP && !hasAll();
    }

    public boolean has(Role role) {
        return roles.contains(role);
    }

    /** The way in. */
    public enum Door {
        STDIO,
        SOCKET,
        HTTP,
        COMMAND_LINE
    }
}
