package io.weathervane.tool;

import java.util.Set;

/**
 * Caller as far as the transport knows it: nothing that a caller says of itself counts.
 *
 * @param name goes into the audit: {@code WVO_ACTOR} or the OS user (stdio), the OS user (socket),
 *     the authenticated principal or {@code local} (HTTP)
 * @param account for which the transport vouches whatever the name says: the OS user (stdio, socket), else the name
 * @param transport the transport it came through
 * @param identity how the transport knows who it is
 * @param rights what it may do
 */
public record Caller(String name, String account, Transport transport, Identity identity, Rights rights) {
    /** The name of every caller over HTTP that has no token and whose OS user the system does not tell. */
    public static final String ANONYMOUS = "local";

    private static final Set<CallerRole> ALL = Set.of(CallerRole.values());

    /**
     * Rights of a caller.
     *
     * @param operations which of the server's own tools it is offered
     * @param scopes that its token was issued with; none without an issuer
     */
    public record Rights(Set<CallerRole> roles, OperationsScope operations, Set<String> scopes) {
        public Rights {
            roles = Set.copyOf(roles);
            scopes = Set.copyOf(scopes);
        }

        /** Roles, and no limit on what is offered. */
        static Rights of(Set<CallerRole> roles) {
            return new Rights(roles, OperationsScope.ALL, Set.of());
        }
    }

    /** A caller known as is usual at this transport: by a token over HTTP, else as the server's own OS user. */
    public Caller(String name, String account, Transport transport, Set<CallerRole> roles) {
        this(name, account, transport, usual(name, transport), Rights.of(roles));
    }

    /** A caller known by an operating-system user, over HTTP or the socket. */
    public static Caller ofUser(String user, Transport transport, Identity identity, Set<CallerRole> roles) {
        return new Caller(user, user, transport, identity, Rights.of(roles));
    }

    /** The same caller, offered no more of the server's own tools than this. */
    public Caller offered(OperationsScope operations) {
        OperationsScope narrower = rights.operations().narrower(operations);
        return new Caller(name, account, transport, identity, new Rights(rights.roles(), narrower, rights.scopes()));
    }

    /** The same caller, whose token was issued with these scopes. */
    public Caller withScopes(Set<String> scopes) {
        return new Caller(name, account, transport, identity, new Rights(rights.roles(), rights.operations(), scopes));
    }

    /** The same caller behind another process of its user, which passes a client's stdio on. */
    public Caller relayed() {
        return new Caller(name, account, Transport.STDIO, identity, rights);
    }

    /** Roles of the caller, of which tools need one. */
    public Set<CallerRole> roles() {
        return rights.roles();
    }

    /** The scopes that its token was issued with. */
    public Set<String> scopes() {
        return rights.scopes();
    }

    /**
     * Whether it is the server's own user, or root, at the workspace's socket: the command line of a user who can
     * change the configuration, too.
     */
    boolean ownsWorkspace() {
        return (transport == Transport.SOCKET || transport == Transport.COMMAND_LINE)
                && identity == Identity.SERVER_USER;
    }

    /** Which of the server's own tools it is offered. */
    public OperationsScope operations() {
        return rights.operations();
    }

    private static Identity usual(String name, Transport transport) {
        if (transport != Transport.HTTP) {
            return Identity.SERVER_USER;
        }
        return name.equals(ANONYMOUS) ? Identity.UNKNOWN : Identity.TOKEN;
    }

    /** A caller whose name is the one that the transport vouches for. */
    public Caller(String name, Transport transport, Set<CallerRole> roles) {
        this(name, name, transport, roles);
    }

    /** A caller that is at this machine already: may do everything. */
    public Caller(String name, Transport transport) {
        this(name, transport, ALL);
    }

    /** Whether the transport does not know who this is. */
    public boolean isAnonymous() {
        return identity == Identity.UNKNOWN;
    }

    /**
     * Whether it may hand over commands as text, to be run as the server's user. Over HTTP no caller may: a web page,
     * a forwarded port or a leaked token must not become a shell.
     */
    public boolean suppliesCommands() {
        return transport != Transport.HTTP && identity == Identity.SERVER_USER;
    }

    /** Whether it may do what makes the system safer, and collect evidence, without the role for all else. */
    boolean mayMakeSafe() {
        return has(CallerRole.VIEWER) && !onlyLooks();
    }

    /** Whether there is nothing that the caller may not do. */
    public boolean hasAll() {
        return roles().size() == ALL.size();
    }

    /** Whether it joined from this machine to look only, so that what it may not call is not there, as it asked for. */
    boolean onlyLooks() {
        return transport != Transport.HTTP && !hasAll();
    }

    public boolean has(CallerRole role) {
        return roles().contains(role);
    }

    /** Way in which the transport knows the caller. */
    public enum Identity {
        /** The operating-system user that runs the server, or root. */
        SERVER_USER,
        /** Another operating-system user of this machine. */
        OTHER_USER,
        /** The holder of a token. */
        TOKEN,
        /** Not at all. */
        UNKNOWN
    }

    /** The way in. */
    public enum Transport {
        STDIO,
        SOCKET,
        HTTP,
        COMMAND_LINE
    }
}
