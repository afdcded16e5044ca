package io.weathervane.bench;

import java.io.InputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/** The reference for HTTP: one bare Jetty handler. */
public final class FloorHttp {
    private FloorHttp() {}

    public static void main(String[] args) throws Exception {
        Quiet.logs();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Floor());
        server.start();
        System.err.println("floor at http://127.0.0.1:" + connector.getLocalPort() + "/mcp");
    }

    private static final class Floor extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            try (InputStream body = Content.Source.asInputStream(request)) {
                byte[] answer = FloorAnswer.to(body.readAllBytes());
                response.setStatus(answer.length == 0 ? 202 : 200);
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
                response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length);
                response.write(true, ByteBuffer.wrap(answer), callback);
                return true;
            }
        }
    }
}
