package io.weathervane.transport.socket;

import io.weathervane.util.BoundedLineReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Lines to and from a workspace's socket; one thread may read while another writes. */
final class SocketLineConnection implements AutoCloseable {
    /** Most bytes of a line from the server, which is one of ours and bounds what it sends itself: 1 GiB. */
    static final int ANSWER_BYTES_MAX = 1024 * 1024 * 1024;

    private static final AtomicLong LINKS = new AtomicLong();

    private final Path path;
    private final SocketChannel channel;
    private final BoundedLineReader lines;

    private SocketLineConnection(Path path, SocketChannel channel) {
        this.path = path;
        this.channel = channel;
        this.lines = new BoundedLineReader(ChannelStreams.in(channel), ANSWER_BYTES_MAX);
    }

    static SocketLineConnection connect(Path stateFolder) {
        return connectTo(SocketPath.of(stateFolder));
    }

    /**
     * This end gets a name for the moment of connecting: by it the server finds which process it is. Where none can be
     * given it has none, and the server has to guess.
     */
    private static SocketChannel open(Path path) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        Optional<Path> name = named(channel, path);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        } finally {
            if (name.isPresent()) {
                Files.deleteIfExists(name.get());
            }
        }
    }

    /** Beside the server's socket, where no other user can take the name before; where that fails, it has none. */
    private static Optional<Path> named(SocketChannel channel, Path server) {
        Path name = server.resolveSibling(ProcessHandle.current().pid() + "-" + LINKS.incrementAndGet() + ".client");
        try {
            Files.deleteIfExists(name);
            channel.bind(UnixDomainSocketAddress.of(name));
            return Optional.of(name);
        } catch (IOException | RuntimeException cannot) {
            return Optional.empty();
        }
    }

    static SocketLineConnection connectTo(Path path) {
        try {
            return new SocketLineConnection(path, open(path));
        } catch (IOException e) {
            throw new ServerUnreachableException(
                    "no server answers on " + path + " (" + e.getMessage()
                            + "): start one with `scripts/weathervane serve`, or name another workspace with"
                            + " --workspace",
                    e);
        }
    }

    Path path() {
        return path;
    }

    Optional<BoundedLineReader.Line> nextLine() throws IOException {
        return lines.next();
    }

    /**
     * Writes a line and its end.
     *
     * @throws NothingSentException when not a byte of it reached the other side
     */
    void writeLine(byte[] line) throws IOException {
        byte[] ended = Arrays.copyOf(line, line.length + 1);
        ended[line.length] = '\n';
        ByteBuffer rest = ByteBuffer.wrap(ended);
        try {
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        } catch (IOException e) {
            throw rest.position() == 0 ? new NothingSentException(e) : e;
        }
    }

    /** Tells the other side that no more lines come; its answers can still be read. */
    void endOfLines() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close the connection to " + path, e);
        }
    }

    /** A line of which the other side has seen nothing, so that it can be sent elsewhere without harm. */
    static final class NothingSentException extends IOException {
        private static final long serialVersionUID = 1L;

        NothingSentException(IOException cause) {
            super(cause);
        }
    }
}
