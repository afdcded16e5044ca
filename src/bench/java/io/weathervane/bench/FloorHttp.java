package io.weathervane.bench;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/** The reference for HTTP: one bare Jetty handler that never blocks, run by the selector. */
public final class FloorHttp {
    private FloorHttp() {}

    public static void main(String[] args) throws Exception {
        BenchLogging.logs();
        HttpConfiguration configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setSendDateHeader(false);
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Floor());
        server.start();
        System.err.println("floor at http://127.0.0.1:" + connector.getLocalPort() + "/mcp");
    }

    private static final class Floor extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            Content.Source.asByteBuffer(request, new Promise.Invocable.NonBlocking<ByteBuffer>() {
                @Override
                public void succeeded(ByteBuffer body) {
                    answer(FloorAnswer.to(BufferUtil.toArray(body)), response, callback);
                }

                @Override
                public void failed(Throwable why) {
                    callback.failed(why);
                }
            });
            return true;
        }

        private static void answer(byte[] answer, Response response, Callback callback) {
            response.setStatus(answer.length == 0 ? 202 : 200);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length);
            response.write(true, ByteBuffer.wrap(answer), callback);
        }
    }
}
