package dev.millrace.bench;

import com.fasterxml.aalto.stax.InputFactoryImpl;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.io.Stax2ByteArraySource;

/** Every document goes through the tokenizer and nothing is made of it: no loader that reads all of its input is faster. */
record ParseCeiling(int threads) implements Contestant {

    private static final int BUFFER_BYTES = 1 << 16;

    @Override
    public String name() {
        return "parse ceiling, " + threads + " threads";
    }

    @Override
    public boolean loads() {
        return false;
    }

    @Override
    public void run(Workload workload) throws Exception {
        Parallel.run(threads, thread -> tokenize(workload, thread, threads));
    }

    /** Tokenizes the parts that fall to one of some threads. */
    static void tokenize(Workload workload, int thread, int threads) throws IOException, XMLStreamException {
        InputFactoryImpl factory = new InputFactoryImpl();
        for (int part = thread; part < Workload.PARTS; part += threads) {
            tokenize(factory, workload.documentPart(part));
        }
    }

    private static void tokenize(InputFactoryImpl factory, Path file) throws IOException, XMLStreamException {
        byte[] document = new byte[BUFFER_BYTES];
        try (InputStream stream = Files.newInputStream(file);
                DataInputStream input = new DataInputStream(new BufferedInputStream(stream, BUFFER_BYTES))) {
            long left = Files.size(file);
            while (left > 0) {
                int length = input.readInt();
                if (document.length < length) {
                    document = new byte[length];
                }
                input.readFully(document, 0, length);
                tokenize(factory, document, length);
                left -= Integer.BYTES + length;
            }
        }
    }

    static void tokenize(InputFactoryImpl factory, byte[] document, int length) throws XMLStreamException {
        XMLStreamReader reader = factory.createXMLStreamReader(new Stax2ByteArraySource(document, 0, length));
        while (reader.hasNext()) {
            reader.next();
        }
        reader.close();
    }
}
