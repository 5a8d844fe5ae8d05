# Varnish in front of an application on a TCP port, over plain HTTP: a whole VCL file.
# `varnishd -C -f varnish.vcl` checks it. The application:
#
#     proxy: 'varnish', forwardedAllowIps: ['127.0.0.1'], hops: 1, allowedHosts: ['shop.example']
#
# `hops: 1`, because Varnish connects from 127.0.0.1, as its clients on this machine do: the client is
# the last entry, whoever that is.

vcl 4.1;

backend application {
    .host = "127.0.0.1";
    .port = "3000";
}

sub vcl_recv {
    # Varnish has appended the address of the client that it saw to X-Forwarded-For before it comes
    # here. What the client wrote stays to the left of it, where nobody vouches for it and hopwise
    # does not look.

    # Replaces whatever the client wrote: Varnish speaks no TLS. Without this line every client chooses
    # its scheme. Where a proxy before Varnish ends TLS and sets this header, and nobody gets
    # around it, leave this line out.
    set req.http.X-Forwarded-Proto = "http";

    # hopwise does not read X-Forwarded-Host unless it is listed in `headers`. The frameworks' own
    # `trust proxy` and `trustProxy` do read it, and Varnish would pass on what the client wrote.
    unset req.http.X-Forwarded-Host;
}

sub vcl_hash {
    # A page for https has other links than the same page for http. Varnish itself adds path and host.
    # What depends on the client needs `Cache-Control: private` from the application.
    hash_data(req.http.X-Forwarded-Proto);
}
