package io.weathervane.transport.socket;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a worker or a build could do: sends a ping to the socket named first, and prints what comes. */
final class UnixCaller {
    private UnixCaller() {}

    public static void main(String[] arguments) throws Exception {
        Path name = Path.of(
                System.getProperty("java.io.tmpdir"), ProcessHandle.current().pid() + ".caller");
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            if (arguments[1].equals("named")) {
                channel.bind(UnixDomainSocketAddress.of(name));
            }
            channel.connect(UnixDomainSocketAddress.of(arguments[0]));
            byte[] ping = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n".getBytes(StandardCharsets.UTF_8);
            channel.write(ByteBuffer.wrap(ping));
            ByteBuffer answer = ByteBuffer.allocate(4096);
            channel.read(answer);
            System.out.println(new String(answer.array(), 0, answer.position(), StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(name);
        }
    }
}
