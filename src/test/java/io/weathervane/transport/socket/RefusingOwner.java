package io.weathervane.transport.socket;

import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Owns a workspace and refuses each connection to it with the same sentence. */
final class RefusingOwner implements AutoCloseable {
    private final WorkspaceLock lock;
    private final ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    private final ConnectionRefuser refuser = new ConnectionRefuser(Ticker.system());
    private final List<Long> times = new CopyOnWriteArrayList<>();

    RefusingOwner(Path state, String why) throws IOException {
        lock = WorkspaceLock.tryAcquire(
                        state, WorkspaceOwnerInfo.ofThisProcess(Instant.EPOCH, List.of("stdio"), List.of()))
                .orElseThrow();
        Path socket = SocketPath.of(state);
        SocketPath.prepareFolderOf(socket, state);
        listener.bind(UnixDomainSocketAddress.of(socket));
        Threads.daemon("refusing", () -> refuseAll(why)).start();
    }

    /** When each connection was refused, in nanoseconds. */
    List<Long> refusals() {
        return List.copyOf(times);
    }

    private void refuseAll(String why) {
        try {
            while (true) {
                var channel = listener.accept();
                times.add(System.nanoTime());
                refuser.refuse(channel, why);
            }
        } catch (IOException e) {
            assert !listener.isOpen() : e;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        refuser.close();
        lock.close();
    }
}
