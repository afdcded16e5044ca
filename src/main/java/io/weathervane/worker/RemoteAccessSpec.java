package io.weathervane.worker;

/** How a remote release lets us in: references to secrets, never a secret. It stands in the database with the release. */
public record RemoteAccessSpec() {
    private static final RemoteAccessSpec NONE = new RemoteAccessSpec();

    /** Of a server that asks for nothing. */
    public static RemoteAccessSpec none() {
        return NONE;
    }
}
