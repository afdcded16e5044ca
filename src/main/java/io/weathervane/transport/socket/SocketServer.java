package io.weathervane.transport.socket;

import io.weathervane.peer.DescendantPeerDetector;
import io.weathervane.tool.Caller;
import io.weathervane.tool.CallerRole;
import io.weathervane.transport.stdio.LineServices;
import io.weathervane.transport.stdio.LineSession;
import io.weathervane.util.OsUser;
import io.weathervane.util.PrivateFiles;
import io.weathervane.util.Threads;
import io.weathervane.util.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The workspace's socket: each connection is a session of lines as on stdio, whose caller is the user that the
 * operating system names. Only the holder of the workspace's lock opens it, and so may remove a stale one.
 */
public final class SocketServer implements AutoCloseable {
    /** Most connections at once; a further one is told so and closed. */
    static final int CONNECTIONS_MAX = 32;

    private static final String FULL =
            "the workspace's socket has its " + CONNECTIONS_MAX + " connections in use: close one first";

    /** The one refusal that no later attempt changes. */
    static final String OWN_PROCESS = "refused: a process that this server started (a worker, build or test)"
            + " must not call it; a person calls from a shell of their own";

    private static final String UNKNOWN_PROCESS = "refused: the system does not tell at the moment whether this server"
            + " started the caller, and a worker must not call it: try again, and see this server's log";

    private static final long PAUSE_AFTER_FAILURE_MS = 200;
    private static final Logger LOG = LoggerFactory.getLogger("SocketServer");

    private final Path socket;
    private final ServerSocketChannel listener;
    private final LineServices services;
    private final Set<CallerRole> roles;
    private final ExecutorService sessions = Threads.newPerTask("socket", CONNECTIONS_MAX);
    private final Semaphore room = new Semaphore(CONNECTIONS_MAX);
    private final Set<LineSession> open = ConcurrentHashMap.newKeySet();
    private final ConnectionRefuser refuser;
    private final CountDownLatch closed = new CountDownLatch(1);

    private SocketServer(
            Path socket, ServerSocketChannel listener, LineServices services, Set<CallerRole> roles, Ticker ticker) {
        this.refuser = new ConnectionRefuser(ticker);
        this.socket = socket;
        this.listener = listener;
        this.services = services;
        this.roles = Set.copyOf(roles);
    }

    /** Opens the socket of the locked workspace, in the place of a stale one, and serves it. */
    public static SocketServer start(WorkspaceLock lock, LineServices services, Ticker ticker) {
        Path socket = SocketPath.of(lock.stateFolder());
        try {
            SocketPath.prepareFolderOf(socket, lock.stateFolder());
            return start(socket, services, Set.of(CallerRole.values()), ticker);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the socket " + socket, e);
        }
    }

    /** Opens the socket beside {@link #start it} for those who only look. */
    public static SocketServer startReadOnly(WorkspaceLock lock, LineServices services, Ticker ticker) {
        return start(SocketPath.readOnly(lock.stateFolder()), services, Set.of(CallerRole.VIEWER), ticker);
    }

    private static SocketServer start(Path socket, LineServices services, Set<CallerRole> roles, Ticker ticker) {
        try {
            SocketServer server = new SocketServer(socket, listen(socket), services, roles, ticker);
            Threads.loop("socket-accept", server::acceptAll).start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the socket " + socket, e);
        }
    }

    public Path path() {
        return socket;
    }

    /** Ends the sessions, closes the socket and removes its file. */
    @Override
    public void close() {
        closed.countDown();
        try {
            Files.deleteIfExists(socket);
            listener.close();
        } catch (IOException e) {
            LOG.warn("cannot close the socket path={}", socket, e);
        }
        open.forEach(LineSession::close);
        sessions.shutdown();
        refuser.close();
    }

    /** Bound in a folder that only the owner can enter and then moved: there is no moment with a wider mode. */
    private static ServerSocketChannel listen(Path socket) throws IOException {
        Path nursery = socket.resolveSibling(".sock");
        Path newborn = nursery.resolve("s");
        Files.deleteIfExists(PrivateFiles.requireOwn(newborn));
        Files.deleteIfExists(nursery);
        Files.createDirectory(
                nursery, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(newborn));
            Files.setPosixFilePermissions(newborn, PosixFilePermissions.fromString("rw-------"));
            Files.move(newborn, socket, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            PrivateFiles.inherit(socket);
            Files.delete(nursery);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void acceptAll() {
        while (closed.getCount() > 0) {
            try {
                accept(listener.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.warn("cannot accept a connection path={}", socket, e);
                pause();
            }
        }
    }

    private void accept(SocketChannel channel) throws IOException {
        if (room.tryAcquire()) {
            sessions.execute(() -> serve(channel));
        } else {
            refuser.refuse(channel, FULL);
        }
    }

    private void serve(SocketChannel channel) {
        try {
            String user = peerOf(channel);
            Optional<String> refusal = refusalOf(channel, user);
            if (refusal.isPresent()) {
                refuser.refuse(channel, refusal.get());
            } else {
                hold(channel, Caller.ofUser(user, Caller.Transport.SOCKET, identity(user), roles));
            }
        } catch (IOException | RuntimeException e) {
            LOG.warn("a connection ended badly path={}", socket, e);
            closeQuietly(channel);
        } finally {
            room.release();
        }
    }

    private static Optional<String> refusalOf(SocketChannel channel, String user) throws IOException {
        try {
            if (!DescendantPeerDetector.isDescendant(nameOf(channel))) {
                return Optional.empty();
            }
            LOG.warn("refused a process that this server started: it must not operate it user={}", user);
            return Optional.of(OWN_PROCESS);
        } catch (UncheckedIOException e) {
            LOG.warn("refused a connection: cannot tell whether this server started its client user={}", user, e);
            return Optional.of(UNKNOWN_PROCESS);
        }
    }

    private void hold(SocketChannel channel, Caller caller) throws IOException {
        try (channel) {
            LineSession session =
                    new LineSession(services, ChannelStreams.in(channel), ChannelStreams.out(channel), caller);
            open.add(session);
            try {
                session.run();
            } finally {
                open.remove(session);
            }
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("Closing a connection failed", e);
        }
    }

    private static String peerOf(SocketChannel channel) throws IOException {
        return channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
    }

    private static String nameOf(SocketChannel channel) throws IOException {
        return channel.getRemoteAddress() instanceof UnixDomainSocketAddress name
                ? name.getPath().toString()
                : "";
    }

    private static Caller.Identity identity(String user) {
        boolean own = user.equals("root") || user.equals(OsUser.name());
        return own ? Caller.Identity.SERVER_USER : Caller.Identity.OTHER_USER;
    }

    private void pause() {
        try {
            closed.await(PAUSE_AFTER_FAILURE_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
