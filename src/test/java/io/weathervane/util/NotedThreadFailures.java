package io.weathervane.util;

/** Failures of threads that tests of one process have caused: a server in a test starts without them, as a process does. */
public final class NotedThreadFailures {
    private NotedThreadFailures() {}

    public static void forget() {
        RecentThreadFailures.forget();
    }
}
