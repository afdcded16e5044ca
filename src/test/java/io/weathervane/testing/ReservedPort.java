package io.weathervane.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port of this machine on which nothing listens, and which is given to no one else until it is closed: a server that
 * asks for it by its number gets it, beside this. A port that was only free a moment ago may be another program's by now.
 */
public final class ReservedPort implements AutoCloseable {
    private final Socket held = new Socket();

    private ReservedPort() throws IOException {
        // With this a socket that listens may have the same port; the system gives it out to none that asks for any.
        held.setReuseAddress(true);
        held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    public static ReservedPort take() throws IOException {
        return new ReservedPort();
    }

    public int number() {
        return held.getLocalPort();
    }

    @Override
    public void close() throws IOException {
        held.close();
    }
}
