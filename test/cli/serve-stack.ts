// Stands for CloudFormation, which tells a command what a deployed stack is made of.
import { type HttpServer, serveHttp } from '../support/loopback-server.ts';

/** There is one stack, `edge`. */
export const serveStack = (outputs: Readonly<Record<string, string>>): Promise<HttpServer> =>
  serveHttp((response, { body }) => {
    const found = new URLSearchParams(body).get('StackName') === 'edge';
    response.writeHead(found ? 200 : 400, { 'content-type': 'text/xml' });
    response.end(found ? description(outputs) : missing);
  });

const description = (outputs: Readonly<Record<string, string>>): string => {
  const members = Object.entries(outputs).map(
    ([key, value]) => `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>
    <StackName>edge</StackName><StackStatus>UPDATE_COMPLETE</StackStatus><CreationTime>2026-11-01T00:00:00Z</CreationTime>
    <Outputs>${members.join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`;
};
const missing = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><Error><Type>Sender</Type>
  <Code>ValidationError</Code><Message>Stack with id other does not exist</Message></Error></ErrorResponse>`;
