package io.weathervane.bench;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/** A worker over HTTP that costs next to nothing: one bare Jetty handler, run by the selector, that answers with JSON. */
public final class EchoHttp {
    private EchoHttp() {}

    public static void main(String[] args) throws Exception {
        BenchLogging.logs();
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory());
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Echo());
        server.start();
        System.err.println("echo at http://127.0.0.1:" + connector.getLocalPort() + "/mcp");
    }

    private static final class Echo extends Handler.Abstract.NonBlocking {
        private final EchoAnswer answers = new EchoAnswer(1);

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            if (!request.getMethod().equals("POST")) {
                Response.writeError(request, response, callback, 405);
                return true;
            }
            Content.Source.asByteBuffer(request, new Promise.Invocable.NonBlocking<ByteBuffer>() {
                @Override
                public void succeeded(ByteBuffer body) {
                    answer(
                            response,
                            callback,
                            answers.to(BufferUtil.toArray(body)).orElse(new byte[0]));
                }

                @Override
                public void failed(Throwable why) {
                    callback.failed(why);
                }
            });
            return true;
        }

        private static void answer(Response response, Callback callback, byte[] answer) {
            response.setStatus(answer.length == 0 ? 202 : 200);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.length);
            response.write(true, ByteBuffer.wrap(answer), callback);
        }
    }
}
